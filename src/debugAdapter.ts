import { SimulatorSession } from './debugger/session';

// SIGTERM, and the end of the standard input, shut the session down already.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.emit('SIGTERM'));

SimulatorSession.run(SimulatorSession);
