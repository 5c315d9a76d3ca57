import { SimulatorSession } from './debugger/session';

/** All sessions whose client is there; one, unless the adapter is a server. */
const sessions = new Set<KeptSession>();
/** Whether a session has not saved what it had to. */
let failed = false;

class KeptSession extends SimulatorSession {
  constructor(linesStartAt1?: boolean, isServer?: boolean) {
    super(linesStartAt1, isServer);
    sessions.add(this);
    this.on('close', () => {
      this.leave();
    });
  }

  leave(): void {
    if (!this.end()) failed = true;
    sessions.delete(this);
  }
}

/** Milliseconds for the last events to reach the client. */
const grace = 100;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    for (const session of sessions) session.shutdown();
    setTimeout(() => process.exit(), grace);
  });
process.on('exit', () => {
  for (const session of sessions) session.leave();
  if (failed) process.exitCode = 1;
});

SimulatorSession.run(KeptSession);
