/** EXCCAUSE: the causes an LX106 knows, by the names of the Xtensa manual. */
export const exceptionCauses: ReadonlyMap<number, { name: string }> = new Map([
  [0, { name: 'IllegalInstruction' }],
  [1, { name: 'Syscall' }],
  [2, { name: 'InstructionFetchError' }],
  [3, { name: 'LoadStoreError' }],
  [4, { name: 'Level1Interrupt' }],
  [8, { name: 'Privileged' }],
  [9, { name: 'LoadStoreAlignment' }],
  [20, { name: 'InstFetchProhibited' }],
  [28, { name: 'LoadProhibited' }],
  [29, { name: 'StoreProhibited' }],
]);
