import type { NetworkChoices } from '../project/settings/simulator';
import { type Outbound, Reach } from './network/reach';

/** What a project's file asks for and only the user can allow: the whole of this computer and its networks, or places in them. */
export interface ReachWish {
  outbound?: 'local' | 'loopback';
  targets: readonly string[];
}

/** More of a wish than a reader would read is not asked for: it stays refused. */
const maxTargets = 20;

/** What is left of a project's choice where the user has not agreed. */
const narrowed = {
  public: 'public',
  local: 'public',
  loopback: 'deny',
  deny: 'deny',
} as const satisfies Record<Outbound, Outbound>;

/**
 * The network settings of a run: those of the user over those of the project's file. Who makes a project must not open the computer of
 * who runs it: what its file says about this computer and private networks stays a wish until the user says the same.
 */
export function networkOf(
  own: NetworkChoices,
  project: NetworkChoices,
): { network: NetworkChoices; wish: ReachWish } {
  const outbound = own.outbound ?? narrowed[project.outbound ?? 'public'];
  const reach = [...(own.reach ?? []), ...Object.values(own.hosts ?? {})];
  const network = { ...project, ...own, outbound, reach };
  if (own.outbound === undefined && (project.outbound === 'local' || project.outbound === 'loopback'))
    return { network, wish: { outbound: project.outbound, targets: [] } };
  const allowed = new Reach({ outbound, reach: new Set(reach) });
  const wanted = [
    ...(project.reach ?? []),
    ...Object.values(own.hosts === undefined ? (project.hosts ?? {}) : {}),
  ];
  const targets = [...new Set(wanted)].filter(target => {
    const [host = '', port] = target.split(':');
    return allowed.refusal(host, Number(port)) === 'local';
  });
  return { network, wish: { targets: targets.slice(0, maxTargets) } };
}

/** Whether nothing is wished for. */
export function isEmpty({ outbound, targets }: ReachWish): boolean {
  return outbound === undefined && targets.length === 0;
}
