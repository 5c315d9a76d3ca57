/** What a number must be; without `least` and `most` it may be any. */
export interface Range {
  least?: number;
  most?: number;
  /** Only whole numbers. */
  whole?: boolean;
  /** `least` itself is too small. */
  above?: boolean;
}

/** An option of a command: parsing, help, completion and docs/commands.md are made of this alone. Words are in the language in use. */
export interface Option {
  /** What the value is called in the help, such as FILE; an option without one is a switch. */
  value?: string;
  words: () => string;
  /** Taken where the option is not given. */
  default?: string;
  /** What holds where the option is not given and there is no fixed default. */
  usually?: () => string;
  choices?: readonly (string | number)[];
  /** Makes the value a number. */
  range?: () => Range;
  /** The range in the help, where its numbers change from day to day. */
  limits?: () => string;
  /** For values of another form: what is accepted, and a good one. */
  form?: { accepts: (text: string) => boolean; example: string };
  multiple?: true;
  completes?: 'file' | 'folder';
}

export type Options = Readonly<Record<string, Option>>;

/** What is on the command line besides options. */
export interface Operands {
  value: string;
  least: number;
  most: number;
  /** The refusal where there are too few or too many. */
  refusal: () => string;
  choices?: readonly string[];
  completes?: 'file' | 'folder';
}

/** A command, or a form of one: its words are a word that follows (certs csr) or an option that chooses it (certs --devices). */
export interface Description<T extends Options = Options> {
  words: readonly [string, string?];
  /** A line of the list of commands. */
  summary: () => string;
  /** What the summary does not say. */
  about: () => string;
  operands?: Operands;
  options: T;
  /** What exit code 1 means. */
  failure?: () => string;
  examples: readonly string[];
}

type Value<O extends Option> = O extends { choices: readonly (infer C)[] }
  ? C
  : O extends { range: () => Range }
    ? number
    : string;

/** The values of a command's options as they are given, by name. */
export type Given<T extends Options> = {
  [K in keyof T]: T[K] extends { value: string }
    ? T[K] extends { multiple: true }
      ? Value<T[K]>[]
      : T[K] extends { default: string }
        ? Value<T[K]>
        : Value<T[K]> | undefined
    : boolean;
};

/** Returns the description with the types of its options. */
export function described<const T extends Options>(description: Description<T>): Description<T> {
  return description;
}
