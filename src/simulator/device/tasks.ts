import type { Call, Family } from './call';
import type { Device } from './device';
import { Part } from './part';
import type { Source } from './scheduler';
import type { Callback } from './steps';

/** Tasks of the application have priorities 0 to 2; the ROM's scheduler knows them as 20 to 22. */
const applicationTasks = 3;
const firstApplicationPriority = 20;
const priorities = 32;
/** os_event_t: signal and parameter. */
const eventSize = 8;

interface Task {
  handler: number;
  queue: number;
  length: number;
  read: number;
  waiting: number;
}

export interface TasksState {
  /** By priority. */
  tasks: Record<number, Task>;
}

/**
 * The ROM's tasks: each task's events wait in the queue memory that the firmware gives it; the highest priority
 * runs first.
 */
export class Tasks extends Part<TasksState> implements Source {
  readonly #device: Pick<Device, 'clock' | 'scheduler'>;

  constructor(device: Pick<Device, 'clock' | 'scheduler'>) {
    super({ tasks: {} });
    this.#device = device;
  }

  next(): Callback | undefined {
    const { tasks } = this.state;
    for (let priority = priorities - 1; priority >= 0; priority--) {
      const task = tasks[priority];
      if (task === undefined || task.waiting === 0) continue;
      const event = task.queue + task.read * eventSize;
      task.read = (task.read + 1) % task.length;
      task.waiting--;
      return {
        name: 'task',
        address: task.handler,
        arguments: [event],
        // The SDK's own tasks are none of the user's callbacks.
        internal:
          priority < firstApplicationPriority || priority >= firstApplicationPriority + applicationTasks,
      };
    }
    return undefined;
  }

  due(): number | undefined {
    return Object.values(this.state.tasks).some(task => task.waiting > 0)
      ? this.#device.clock.now()
      : undefined;
  }

  /** ets_task(handler, priority, queue, length). */
  create(call: Call, priority: number): boolean {
    const [queue, length] = [call.uint(2), call.int(3) & 0xff];
    if (priority >= priorities || queue === 0 || length === 0) return false;
    this.state.tasks[priority] = { handler: call.uint(0), queue, length, read: 0, waiting: 0 };
    return true;
  }

  /** ets_post(priority, signal, parameter). */
  post(call: Call, priority: number): boolean {
    const task = this.state.tasks[priority];
    if (task === undefined || task.waiting === task.length) return false;
    const event = task.queue + ((task.read + task.waiting) % task.length) * eventSize;
    call.storeWord(event, call.uint(1));
    call.storeWord(event + 4, call.uint(2));
    task.waiting++;
    this.#device.scheduler.onWork();
    return true;
  }
}

/** ets_task, ets_post, and the SDK's names for the application's part of them. */
export function taskFamily(tasks: Tasks): Family {
  const application = (call: Call, index: number) => {
    const priority = call.int(index) & 0xff;
    return priority < applicationTasks ? priority + firstApplicationPriority : priorities;
  };
  return {
    system_os_task: call => (tasks.create(call, application(call, 1)) ? 1 : 0),
    system_os_post: call => (tasks.post(call, application(call, 0)) ? 1 : 0),
    ets_task: call => {
      tasks.create(call, call.int(1) & 0xff);
      return undefined;
    },
    // Unlike system_os_post, the ROM says 0 when it has taken the event.
    ets_post: call => (tasks.post(call, call.int(0) & 0xff) ? 0 : 1),
  };
}
