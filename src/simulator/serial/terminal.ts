import { loadSerial } from '../../flash/serial/load';
import { ProblemError } from '../../problems';
import { ProgramError } from '../../programs/programError';
import { startRelay } from '../../programs/runProgram';

/** The other end of the simulated device's UART0. */
export interface Terminal {
  /** What programs open: “/dev/pts/5”. */
  name: string;
  onData: (bytes: Uint8Array) => void;
  send: (bytes: Uint8Array) => void;
  close: () => void;
}

/**
 * Node cannot make pseudo-terminals, Python can: prints the terminal's name, then passes bytes on in both directions. What nobody
 * reads is lost after a while, as on a serial line.
 */
const relay = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
os.set_blocking(master, False)
print(os.ttyname(slave), flush=True)
while True:
    ready, _, _ = select.select([0, master], [], [])
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            break
        while data and select.select([], [master], [], 0.2)[1]:
            try:
                data = data[os.write(master, data):]
            except BlockingIOError:
                pass
    if master in ready:
        os.write(1, os.read(master, 65536))
`;

/** Makes a pseudo-terminal. Throws a Problem where there is no python3, as on Windows. */
export async function pseudoTerminal(): Promise<Terminal> {
  const python = startPython();
  const name = await new Promise<string>((resolve, reject) => {
    python.once('error', error => {
      reject(new ProblemError({ kind: 'terminal-unavailable', reason: error.message }));
    });
    python.once('exit', code => {
      reject(new ProblemError({ kind: 'terminal-unavailable', reason: `exit ${code ?? '?'}` }));
    });
    let line = '';
    python.stdout.on('data', (bytes: Buffer) => {
      // Python may write the name and the end of its line one by one.
      line += bytes.toString();
      if (!line.endsWith('\n')) return;
      python.stdout.removeAllListeners('data');
      resolve(line.trim());
    });
  });
  python.stdin.on('error', () => undefined);
  const terminal: Terminal = {
    name,
    onData: () => undefined,
    send: bytes => {
      python.stdin.write(bytes);
    },
    close: () => {
      python.stdin.end();
    },
  };
  python.stdout.on('data', (bytes: Buffer) => {
    terminal.onData(bytes);
  });
  return terminal;
}

function startPython() {
  try {
    // -I: no module of the current folder takes the place of Python's own.
    return startRelay('python3', ['-I', '-c', relay]);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new ProblemError({ kind: 'terminal-unavailable', reason: error.message }, { cause: error });
  }
}

/** A serial port that is there already, such as one end of a pair that socat has made. */
export async function portTerminal(path: string): Promise<Terminal> {
  const { SerialLine } = await loadSerial();
  const line = await SerialLine.open(path, 115200);
  const writer = line.writable.getWriter();
  const terminal: Terminal = {
    name: path,
    onData: () => undefined,
    send: bytes => void writer.write(bytes).catch(() => undefined),
    close: () => void line.hangUp().catch(() => undefined),
  };
  void (async () => {
    for await (const bytes of line.readable) terminal.onData(bytes);
  })();
  return terminal;
}
