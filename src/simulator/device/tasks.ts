import type { Device, Family } from './device';
import type { Callback } from './scheduler';

/** Tasks of the application: priorities 0, 1 and 2, the highest first. */
const priorities = [2, 1, 0];
/** os_event_t: signal and parameter. */
const eventSize = 8;

interface Task {
  handler: number;
  queue: number;
  length: number;
  read: number;
  waiting: number;
}

/** system_os_task and system_os_post: each task's events wait in the queue memory that the firmware gives it. */
export function taskFamily(device: Device): Family {
  const tasks = new Map<number, Task>();

  device.scheduler.addSource({
    next(): Callback | undefined {
      for (const priority of priorities) {
        const task = tasks.get(priority);
        if (task === undefined || task.waiting === 0) continue;
        const event = task.queue + task.read * eventSize;
        task.read = (task.read + 1) % task.length;
        task.waiting--;
        return { name: 'task', address: task.handler, arguments: [event] };
      }
      return undefined;
    },
    due: () => ([...tasks.values()].some(task => task.waiting > 0) ? device.clock.now() : undefined),
  });

  return {
    system_os_task: call => {
      const [handler, priority, queue, length] = [
        call.uint(0),
        call.int(1) & 0xff,
        call.uint(2),
        call.int(3) & 0xff,
      ];
      if (!priorities.includes(priority) || queue === 0 || length === 0) return 0;
      tasks.set(priority, { handler, queue, length, read: 0, waiting: 0 });
      return 1;
    },
    system_os_post: call => {
      const task = tasks.get(call.int(0) & 0xff);
      if (task === undefined || task.waiting === task.length) return 0;
      const event = task.queue + ((task.read + task.waiting) % task.length) * eventSize;
      call.storeWord(event, call.uint(1));
      call.storeWord(event + 4, call.uint(2));
      task.waiting++;
      device.scheduler.onWork();
      return 1;
    },
  };
}
