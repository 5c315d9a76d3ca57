// Words that this project does not use, with what it says instead. ESLint looks for them in comments and names, a core test in texts
// and documentation.

/** @type {readonly { phrase: RegExp; use: string }[]} */
export const phrases = [
  { phrase: /\banew\b/, use: 'again' },
  { phrase: /\binside of\b/, use: 'inside or in' },
  { phrase: /\bfor ever\b/, use: 'forever' },
  { phrase: /\b(?:goes|go|gone|going) through\b/, use: 'dereferences, walks or iterates over' },
  { phrase: /\b(?:stands?|stood) (?:at|in(?! for\b)|behind|there|before|between|under|still)\b/, use: 'is' },
  { phrase: /\bburn(?:s|t|ed|ing)?\b/i, use: 'flash' },
  { phrase: /\bbegins? with\b/, use: 'starts with' },
  { phrase: /\b(?:goes|went) on\b/, use: 'continues' },
  { phrase: /\bcut (?:off|down)\b/, use: 'truncated' },
  { phrase: /\bno such setting\b/, use: 'unknown setting' },
  { phrase: /\bdoes not suffice\b/, use: 'not enough' },
  {
    phrase: /(?<!\b[Tt]here )\bis no (?:number|pointer|file|source|region|image|text|place|address|list)\b/,
    use: 'is not a …',
  },
  { phrase: /\bthe most is\b/, use: 'the maximum is' },
  { phrase: /\bby itself that\b/, use: 'that it' },
];

/** Names of limits: `max…` and `min…`. */
export const limitName = /^(?:most|least)[A-Z]/;

/**
 * Says which words of a text are not ours, and what to write.
 * @param {string} text
 * @returns {string[]}
 */
export function wrongWords(text) {
  return phrases.flatMap(({ phrase, use }) => {
    const found = phrase.exec(text)?.[0];
    return found === undefined ? [] : [`“${found}”: write ${use}`];
  });
}

/** An ESLint rule over comments and the names of limits. @type {import('eslint').Rule.RuleModule} */
export const wordsRule = {
  meta: { type: 'suggestion', schema: [] },
  create: context => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments())
        for (const message of wrongWords(comment.value))
          if (comment.loc) context.report({ loc: comment.loc, message });
    },
    'VariableDeclarator > Identifier.id, Property > Identifier.key, TSPropertySignature > Identifier.key'(
      /** @type {import('eslint').Rule.Node & { name: string }} */ node,
    ) {
      if (limitName.test(node.name)) context.report({ node, message: 'Limits are called max… and min….' });
    },
  }),
};
