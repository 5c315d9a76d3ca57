import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { settingFiles } from '../../scripts/generateSettings';
import { contributes, activationEvents } from '../../package.json';
import { esptoolVersions } from '../../src/flash/esptool';
import { baudRange, defaultBaud } from '../../src/flash/serial/progress';

const root = path.join(__dirname, '..', '..');
const editor = readdirSync(path.join(root, 'src', 'editor'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => readFileSync(path.join(root, 'src', 'editor', file), 'utf8'))
  .join('\n');

/** What the editor's code names as its own: commands, views, editors, sections of settings. */
const named = new Set([...editor.matchAll(/['`](esp8266-ssl\.[\w.]*\w)/g)].map(([, name = '']) => name));

/** All ids of ours in a part of the manifest. */
const idsIn = (part: unknown) =>
  [...JSON.stringify(part).matchAll(/esp8266-ssl\.[\w.]*\w/g)].map(([id]) => id);

describe('the manifest', () => {
  const { commands, views, customEditors, menus, configuration, viewsWelcome, walkthroughs } = contributes;
  const commandIds = commands.map(({ command }) => command);
  const viewIds = views['esp8266-ssl'].map(({ id }) => id);

  it('has the settings of the simulator as their table has them', async () => {
    for (const [name, text] of await settingFiles())
      assert.equal(
        readFileSync(path.join(root, name), 'utf8'),
        text,
        `${name}: run npm run generate:settings`,
      );
  });

  it('names commands, views and editors that the code names, too', () => {
    const ids = [...commandIds, ...viewIds, ...customEditors.map(({ viewType }) => viewType)];
    assert.deepEqual(
      ids.filter(id => !named.has(id)),
      [],
    );
  });

  it('has a command for each entry of a menu, each link and each event that starts the extension', () => {
    const linked = [viewsWelcome, walkthroughs].flatMap(part =>
      [...JSON.stringify(part).matchAll(/command:(esp8266-ssl\.\w+)/g)].map(([, id = '']) => id),
    );
    const inMenus = Object.values(menus).flatMap(entries => entries.map(({ command }) => command));
    const started = activationEvents.flatMap(event => /^onCommand:(.*)$/.exec(event)?.[1] ?? []);
    for (const id of [...linked, ...inMenus.filter(each => each.startsWith('esp8266-ssl.')), ...started])
      assert.ok(commandIds.includes(id), id);
  });

  it('asks in its conditions only for what is there', () => {
    const conditions = [
      ...JSON.stringify(contributes).matchAll(/"(?:when|enablement)":"((?:[^"\\]|\\.)*)"/g),
    ];
    assert.ok(conditions.length > 20);
    for (const id of conditions.flatMap(([, condition = '']) => idsIn(condition))) {
      const known = viewIds.includes(id) || named.has(id) || /^esp8266-ssl\.(done|tick)\./.test(id);
      assert.ok(known, id);
    }
  });

  it('has settings that the code reads, with its own limits', () => {
    const { properties } = configuration;
    for (const name of Object.keys(properties)) {
      const key = name.replace(/^esp8266-ssl\.(diagnostics\.)?/, '');
      assert.ok(new RegExp(`\\.get(<[^>]*>)?\\('${key}'`).test(editor), `${name} is read by nobody`);
    }
    const { type, default: usual, minimum, maximum } = properties['esp8266-ssl.flash.baud'];
    assert.deepEqual(
      [type, usual, minimum, maximum],
      ['integer', defaultBaud, baudRange.least, baudRange.most],
    );
    const [task] = contributes.taskDefinitions;
    assert.deepEqual([task?.properties.baud.minimum, task?.properties.baud.maximum], [minimum, maximum]);
    const version = properties['esp8266-ssl.esptool.version'];
    assert.deepEqual(version.enum, [...esptoolVersions]);
  });
});
