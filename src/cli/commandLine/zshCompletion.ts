import type { Description, Operands, Option } from './description';
import { globalOptions } from './help';

/** The script that completes the commands in zsh, as a function to load by its name or a script to source. */
export function zshScript(descriptions: readonly Description[]): string {
  const forms = descriptions.filter(({ words }) => words.length === 2).map(({ words }) => words.join(' '));
  return `#compdef esp8266-ssl
# Completes esp8266-ssl in zsh. Written by: esp8266-ssl completion zsh

_esp8266-ssl() {
  local command=$words[2] word
  if ((CURRENT == 2)); then
    local -a commands=(
${descriptions
  .filter(({ words }) => words.length === 1)
  .map(({ words, summary }) => `      ${quoted(`${words[0]}:${summary()}`)}`)
  .join('\n')}
    )
    _describe command commands
    return
  fi
  for word in $words[3,CURRENT-1]; do
    case "$command $word" in
      (${forms.map(quoted).join('|')})
        command="$command $word"
        break
        ;;
    esac
  done
  # What _arguments sees begins with the last word of the command.
  shift words
  ((CURRENT--))
  if [[ $command == *' '[^-]* ]]; then
    shift words
    ((CURRENT--))
  fi
  case $command in
${descriptions.map(description => commandCase(description, descriptions)).join('\n')}
  esac
}

if [[ $funcstack[1] == _esp8266-ssl ]]; then
  _esp8266-ssl "$@"
else
  compdef _esp8266-ssl esp8266-ssl
fi
`;
}

function commandCase({ words, operands, options }: Description, all: readonly Description[]): string {
  const forms =
    words.length > 1 ? [] : all.filter(each => each.words[0] === words[0] && each.words.length > 1);
  const specs = [
    ...Object.entries({ ...options, ...globalOptions }).map(([name, option]) => optionSpec(name, option)),
    ...forms.flatMap(({ words: [, form = ''], options: own, summary }) => {
      const option = form.startsWith('--') ? own[form.slice(2)] : undefined;
      return option === undefined ? [] : [optionSpec(form.slice(2), { ...option, words: summary })];
    }),
    ...operandSpecs(operands, forms),
  ];
  return `    (${quoted(words.join(' '))})
      _arguments ${specs.map(spec => `\\\n        ${quoted(spec)}`).join(' ')}
      ;;`;
}

function optionSpec(name: string, { value, words, choices, completes, multiple }: Option): string {
  const head = `${multiple ? '*' : ''}--${name}${value === undefined ? '' : '='}[${escaped(words())}]`;
  return value === undefined ? head : `${head}:${escaped(value)}:${action(choices, completes)}`;
}

function operandSpecs(operands: Operands | undefined, forms: readonly Description[]): string[] {
  const named = forms.map(({ words: [, form = ''] }) => form).filter(form => !form.startsWith('--'));
  if (named.length > 0) return [`1:COMMAND:(${named.join(' ')})`];
  if (operands === undefined) return [];
  const { value, most, choices, completes } = operands;
  return [`${most > 1 ? '*' : '1'}:${escaped(value)}:${action(choices, completes)}`];
}

function action(
  choices: readonly (string | number)[] | undefined,
  completes: 'file' | 'folder' | undefined,
): string {
  if (choices !== undefined) return `(${choices.join(' ')})`;
  if (completes === undefined) return '';
  return completes === 'file' ? '_files' : '_files -/';
}

/** Brackets and colons have a meaning in a specification. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
