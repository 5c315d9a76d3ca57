import manifest from '../../package.json';

const [own] = manifest.contributes.debuggers;
if (own === undefined) throw new Error('package.json contributes no debugger.');

/** The schema of each setting of a simulation, as the manifest has it for launch.json; its texts are keys of package.nls.json. */
export const launchProperties = own.configurationAttributes.launch.properties;
