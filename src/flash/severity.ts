/** How sure it is that something fails, the worst first: `error` for what cannot work, `warning` for what may not. */
export const severities = ['error', 'warning', 'hint'] as const;
export type Severity = (typeof severities)[number];
