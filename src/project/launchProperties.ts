import manifest from '../../package.json';

/** The schema of each setting of a simulation, as the manifest has it for launch.json; its texts are keys of package.nls.json. */
export const launchProperties: object =
  manifest.contributes.debuggers[0]?.configurationAttributes.launch.properties ?? {};
