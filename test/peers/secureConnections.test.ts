import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type net from 'node:net';
import { tlsLibraries } from '../../src/sdk/tls';
import { SecureDevice } from './secureDevice';
import { type SecureFiles, secureFiles } from './secureFiles';
import { pause, type Scenario, scenarios, type Surroundings } from './secureScenarios';

/** ms in which a device that has printed what is expected shows that it prints no more. */
const quiet = 150;

/**
 * Chapters 3 and 4 of the manual: what the callbacks of a firmware are told in one scenario after the other, with either TLS library.
 * The tables are what the SDK's own code does; SECURE_BUILDER lets it run here, in place of the device that this computer answers for.
 */
describe('TLS of a device without lwIP', function () {
  this.timeout(120_000);
  let files: SecureFiles;
  before(async () => {
    files = await secureFiles();
  });
  after(() => {
    rmSync(files.folder, { recursive: true, force: true });
  });

  for (const library of tlsLibraries)
    for (const [role, list] of Object.entries(scenarios))
      for (const { name, macros = [], flash, serve, visit, prints } of list)
        it(`${library}: a ${role} ${name}`, async () => {
          const expected = (typeof prints === 'string' ? prints : prints[library]).split(', ');
          const surroundings: Partial<Surroundings> = {};
          const ends: (() => void)[] = [];
          const device = await SecureDevice.start(files.folder, {
            ...{ library, macros, flash: new Map(flash?.(files)) },
            serverPort: await listen(serve, surroundings, ends),
          });
          surroundings.device = device;
          try {
            if (visit !== undefined) await visit(await device.port(), { files, device, ends });
            await device.until(() => device.lines.length >= expected.length);
            await pause(quiet);
            assert.deepEqual(device.lines, expected);
          } finally {
            device.end();
            for (const end of ends) end();
          }
        });

  /** Lets the server of a scenario listen; without one, the port that nobody has. */
  async function listen(
    serve: Scenario['serve'],
    surroundings: Partial<Surroundings>,
    ends: (() => void)[],
  ): Promise<number> {
    if (serve === undefined) return 9;
    const server: net.Server = serve(files, () => {
      assert.ok(surroundings.device);
      return surroundings.device;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return address.port;
  }
});
