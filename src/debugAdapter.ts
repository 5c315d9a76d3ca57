import { SimulatorSession } from './debugger/session';

SimulatorSession.run(SimulatorSession);
