/** When the SDK calls a function of the application. */
export type CallbackEvent =
  | 'connect'
  | 'receive'
  | 'sent'
  | 'reconnect'
  | 'disconnect'
  | 'write finish'
  | 'name found'
  | 'timer'
  | 'task'
  | 'start'
  | 'wifi'
  | 'interrupt';

/** A function of the SDK that takes a callback. Numbers count arguments from 0. */
export interface Registration {
  /** Which argument is the callback. */
  callback: number;
  event: CallbackEvent;
  /** Which argument reaches the callback, and as which of its parameters. */
  passes?: { argument: number; parameter: number };
  /** Which argument is the connection that it is for. */
  connection?: number;
  /** Whether a server's callbacks get the struct of the link with a client. */
  ofLink?: true;
}

/** A callback of a connection gets the connection as its first parameter: espconn.h. */
const ofConnection = {
  callback: 1,
  passes: { argument: 0, parameter: 0 },
  connection: 0,
  ofLink: true,
} as const;

/** Functions that register callbacks, by name: prototypes of espconn.h, osapi.h and user_interface.h of SDK 3.0.6. */
export const registrations: ReadonlyMap<string, Registration> = new Map<string, Registration>([
  ['espconn_regist_connectcb', { ...ofConnection, event: 'connect' }],
  ['espconn_regist_recvcb', { ...ofConnection, event: 'receive' }],
  ['espconn_regist_sentcb', { ...ofConnection, event: 'sent' }],
  ['espconn_regist_reconcb', { ...ofConnection, event: 'reconnect' }],
  ['espconn_regist_disconcb', { ...ofConnection, event: 'disconnect' }],
  ['espconn_regist_write_finish', { ...ofConnection, event: 'write finish' }],
  [
    'espconn_gethostbyname',
    { callback: 3, event: 'name found', passes: { argument: 0, parameter: 2 }, connection: 0 },
  ],
  ['os_timer_setfn', { callback: 1, event: 'timer', passes: { argument: 2, parameter: 0 } }],
  ['ets_timer_setfn', { callback: 1, event: 'timer', passes: { argument: 2, parameter: 0 } }],
  ['system_os_task', { callback: 0, event: 'task' }],
  ['ets_task', { callback: 0, event: 'task' }],
  ['system_init_done_cb', { callback: 0, event: 'start' }],
  ['wifi_set_event_handler_cb', { callback: 0, event: 'wifi' }],
  ['wifi_station_scan', { callback: 1, event: 'wifi' }],
  ['smartconfig_start', { callback: 0, event: 'wifi' }],
  ['wifi_set_wps_cb', { callback: 0, event: 'wifi' }],
  ['ets_isr_attach', { callback: 1, event: 'interrupt', passes: { argument: 2, parameter: 0 } }],
  ['ETS_GPIO_INTR_ATTACH', { callback: 0, event: 'interrupt', passes: { argument: 1, parameter: 0 } }],
]);

/** Members of struct espconn and esp_tcp that hold callbacks, for who sets them without espconn_regist_*. */
export const callbackMembers: ReadonlyMap<string, CallbackEvent> = new Map<string, CallbackEvent>([
  ['recv_callback', 'receive'],
  ['sent_callback', 'sent'],
  ['connect_callback', 'connect'],
  ['reconnect_callback', 'reconnect'],
  ['disconnect_callback', 'disconnect'],
  ['write_finish_fn', 'write finish'],
]);
