/** Milliseconds of processor time that this process has used: what else a busy machine does takes no part in it. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
