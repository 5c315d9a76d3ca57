// node-forge has types for itself as a whole; of it only the cipher that nothing else has any more is used.
declare module 'node-forge/lib/rc2' {
  import type forge from 'node-forge';
  const rc2: typeof forge.rc2;
  export default rc2;
}
declare module 'node-forge/lib/util' {
  import type forge from 'node-forge';
  const util: typeof forge.util;
  export default util;
}
