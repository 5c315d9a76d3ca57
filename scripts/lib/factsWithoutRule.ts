/** Facts that have a number but no rule, and why. */
export const factsWithoutRule: readonly { id: string; fact: string; why: string }[] = [
  {
    id: 'SSL037',
    fact: 'libmbedtls needs no SNTP, but compares no dates',
    why: 'Nothing in a program is wrong: it is the library’s way. SSL036 speaks of libssl, which needs the time; SSL109 says what the dates of certificates mean to each library.',
  },
  {
    id: 'SSL059',
    fact: 'a receive callback takes what it gets for one whole message',
    why: 'Whether a message fits into one piece of at most 1460 bytes is agreed between the device and its peer; a callback for short answers looks like one that forgot the rest. SSL061 finds writing behind the data, SSL060 keeping its address.',
  },
];
