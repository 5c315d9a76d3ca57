import type { Description, Option } from './description';
import { globalOptions } from './help';

/** The script that completes the commands in bash, 3.2 and later. */
export function bashScript(descriptions: readonly Description[]): string {
  const names = descriptions.filter(({ words }) => words.length === 1).map(({ words }) => words[0]);
  const forms = descriptions.filter(({ words }) => words.length === 2).map(({ words }) => words.join(' '));
  return `# Completes esp8266-ssl in bash. Written by: esp8266-ssl completion bash

_esp8266_ssl_words() {
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}

# What -f (files) or -d (folders) finds; names may have spaces.
_esp8266_ssl_paths() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$current"))
  compopt -o filenames 2>/dev/null
}

_esp8266_ssl() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command=\${COMP_WORDS[1]} word
  COMPREPLY=()
  # bash makes a word of “=”.
  if [[ $current == '=' ]]; then
    current=
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    _esp8266_ssl_words ${quoted([...names, '--help', '--version'].join(' '))}
    return
  fi
  for word in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    case "$command $word" in
      ${forms.map(quoted).join(' | ')})
        command="$command $word"
        break
        ;;
    esac
  done
  case $command in
${descriptions.map(description => commandCase(description, descriptions)).join('\n')}
  esac
}

complete -F _esp8266_ssl esp8266-ssl
`;
}

function commandCase(description: Description, all: readonly Description[]): string {
  const { words, operands } = description;
  const options = { ...description.options, ...globalOptions };
  const values = Object.entries(options).filter(([, { value }]) => value !== undefined);
  const forms =
    words.length > 1 ? [] : all.filter(each => each.words[0] === words[0]).map(each => each.words[1]);
  const names = [...Object.keys(options).map(name => `--${name}`), ...forms];
  const others = [...names, ...(operands?.choices ?? [])].filter(Boolean).join(' ');
  return `    ${quoted(words.join(' '))})
      case $previous in
${values.map(([name, option]) => `        --${name}) ${action(option)}return ;;`).join('\n')}
      esac
      ${
        operands?.completes === undefined
          ? `_esp8266_ssl_words ${quoted(others)}`
          : `if [[ $current == -* ]]; then
        _esp8266_ssl_words ${quoted(others)}
      else
        ${paths(operands.completes)}
      fi`
      }
      ;;`;
}

function action({ choices, completes }: Option): string {
  if (choices !== undefined) return `_esp8266_ssl_words ${quoted(choices.join(' '))}; `;
  return completes === undefined ? '' : `${paths(completes)}; `;
}

function paths(completes: 'file' | 'folder'): string {
  return `_esp8266_ssl_paths ${completes === 'file' ? '-f' : '-d'}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
