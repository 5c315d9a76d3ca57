import { sdkFunction } from '../../sdk/functions';
import type { Unit } from '../program/program';
import type { Notice, SourceFile } from './sources';

/** Files of generated data and hostile ones; hand-written C is far below. */
const maxLength = 1024 * 1024;
/** Leaves out what is no hand-written source of an application. */
export function admit(files: readonly SourceFile[]): { files: SourceFile[]; notices: Notice[] } {
  const notices: Notice[] = [];
  const admitted = files.filter(({ path, text }) => {
    const kind =
      text.length > maxLength
        ? 'too-large'
        : text.includes('\0')
          ? 'not-text'
          : isSdkSource(path, text)
            ? 'sdk-source'
            : undefined;
    if (kind !== undefined) notices.push({ kind, file: path });
    return kind === undefined;
  });
  return { files: admitted, notices };
}

/** The SDK's own implementation, which applications do not change. */
function isSdkSource(path: string, text: string): boolean {
  if (/(?:^|\/)third_party\//.test(path)) return true;
  const isOwn = /(?:^|\/)espconn\w*\.c$/.test(path);
  const definesSdk = () =>
    [...text.matchAll(/^\w[\w \t*]*\n?\s*(espconn_\w+)\s*\([^;]*\)\s*\{/gm)].some(
      ([, name = '']) => isOwn || sdkFunction(name) !== undefined,
    );
  // In tests on the computer functions stand in for those of the SDK.
  if (/(?:^|\/)(?:unit_?|host_?)?(?:tests?|mocks?|doubles|stubs|fakes)\//i.test(path)) return definesSdk();
  return /^#\s*include\s*[<"](?:lwip|mbedtls|netif)\//m.test(text) && definesSdk();
}

/** Whether a file defines functions of the TLS library itself: then they are not the SDK's, and no rule holds. */
export function definesLibrary(unit: Unit): boolean {
  return unit.chunks.some(({ facts }) =>
    facts.functions.some(({ name }) => sdkFunction(name)?.family === 'espconn'),
  );
}
