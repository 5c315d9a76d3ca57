import { ProblemError } from '../problems';
import { type Layout, layouts, type Role, type RoleChoice, roleChoices } from './layouts';
import {
  type CertificateOptions,
  type CertificateRequest,
  checkedRequest,
  defaults,
  longDays,
  oneOf,
} from './request';

/** The client of a set with both, unless it is named. */
export const defaultClientName = 'esp8266-client';

/** What is made besides one pair, and what its files are called, as a person gives it: unchecked. */
export interface SetOptions {
  /** One of {@link roleChoices}. */
  make?: string | undefined;
  /** The name in the client's certificate where both are made. */
  clientName?: string | undefined;
  /** One of {@link layouts}. */
  files?: string | undefined;
}

/** How many days a set is valid unless it is chosen: its server's certificate decides where it has one. */
export function usualDays(make: RoleChoice): number {
  return make === 'client' ? longDays : defaults.days;
}

/** Whose name a set is made for: with both the server's, as the client has a name of its own. */
export function roleNamed(make: string | undefined): Role {
  return make === 'client' ? 'client' : 'server';
}

/** The requests of a set, checked. */
export interface SetRequest {
  server?: CertificateRequest;
  client?: CertificateRequest;
  layout: Layout;
}

/** Returns what is to be made. Throws a Problem for an option that is none. */
export function checkedSet(options: CertificateOptions, set: SetOptions = {}): SetRequest {
  const make = oneOf('make', roleChoices, set.make ?? 'server');
  const layout = oneOf('files', layouts, set.files ?? 'folder');
  const request = checkedRequest({ ...options, days: options.days ?? usualDays(make) }, roleNamed(make));
  if (make === 'both' && layout === 'script-2015') {
    const allowed = layouts.filter(each => each !== layout).join(', ');
    throw new ProblemError({ kind: 'certificate-option-invalid', option: 'files', value: layout, allowed });
  }
  switch (make) {
    case 'server':
      return { server: request, layout };
    case 'client':
      return { client: request, layout };
    case 'both':
      return {
        server: request,
        client: checkedRequest(
          { ...request, days: options.days ?? longDays, name: set.clientName ?? defaultClientName },
          'client',
        ),
        layout,
      };
  }
}
