import { ruleInfos } from './ruleInfos';
import type { RuleInfo } from '../../findings/rule';

const sends = ['espconn_secure_sent', 'espconn_secure_send'];
const opens = ['espconn_secure_connect', 'espconn_secure_accept'];
const sectors = ['espconn_secure_ca_enable', 'espconn_secure_cert_req_enable'];
const levels = [
  ...sectors,
  'espconn_secure_ca_disable',
  'espconn_secure_cert_req_disable',
  'espconn_secure_set_size',
  'espconn_secure_get_size',
];
const callbacks = ['connect', 'recv', 'sent', 'recon', 'discon'].map(name => `espconn_regist_${name}cb`);
const setters = ['espconn_secure_set_default_certificate', 'espconn_secure_set_default_private_key'];

/** The functions that a rule looks at and that its text does not name. */
const concerned: Readonly<Record<string, readonly string[]>> = {
  SSL008: [
    'espconn_regist_write_finish',
    'espconn_set_opt',
    'espconn_clear_opt',
    'espconn_set_keepalive',
    'espconn_get_packet_info',
  ],
  SSL010: ['espconn_tcp_set_max_con_allow', 'espconn_regist_time'],
  SSL024: ['espconn_secure_connect'],
  SSL027: ['espconn_secure_obj_load'],
  SSL028: setters,
  SSL029: setters,
  SSL033: ['espconn_secure_connect'],
  SSL034: ['ets_delay_us'],
  SSL036: ['sntp_init'],
  SSL038: opens,
  SSL039: ['espconn_regist_disconcb'],
  SSL040: ['espconn_regist_connectcb', 'espconn_regist_reconcb', 'espconn_regist_disconcb'],
  SSL041: opens,
  SSL043: ['espconn_gethostbyname'],
  SSL050: sends,
  SSL051: [...opens, ...sends, ...levels],
  SSL052: sends,
  SSL053: sends,
  SSL054: sends,
  SSL055: sends,
  SSL056: ['espconn_regist_connectcb', 'espconn_regist_recvcb'],
  SSL057: sends,
  SSL058: sends,
  SSL060: ['espconn_regist_recvcb'],
  SSL061: ['espconn_regist_recvcb'],
  SSL070: levels,
  SSL071: ['espconn_secure_set_size'],
  SSL072: ['espconn_secure_set_size'],
  SSL073: ['espconn_secure_set_size'],
  SSL074: ['espconn_secure_set_size'],
  SSL075: [...sectors, 'spi_flash_erase_sector', 'system_param_save_with_protect', 'system_param_load'],
  SSL076: sectors,
  SSL077: sectors,
  SSL078: sectors,
  SSL079: sectors,
  SSL081: levels,
  SSL084: [...opens, 'espconn_connect', 'espconn_accept'],
  SSL086: ['espconn_secure_set_size'],
  SSL087: levels,
  SSL088: ['espconn_connect'],
  SSL089: ['espconn_regist_reconcb'],
  SSL090: callbacks,
  SSL093: ['spi_flash_read', 'spi_flash_write'],
  SSL094: ['spi_flash_write', 'spi_flash_erase_sector'],
  SSL095: ['spi_flash_read', 'spi_flash_write', 'spi_flash_erase_sector', 'system_param_save_with_protect'],
  SSL118: setters,
  SSL119: setters,
  SSL133: ['system_partition_table_regist'],
  SSL135: ['system_partition_table_regist'],
  SSL138: ['espconn_secure_accept'],
  SSL141: ['system_partition_table_regist'],
  SSL142: ['system_partition_table_regist'],
  SSL143: ['system_partition_table_regist'],
  SSL144: ['system_partition_table_regist'],
};

/** The rules that a call of a function may break, by id. */
export function rulesConcerning(name: string): RuleInfo[] {
  const word = new RegExp(`\\b${name}\\b`);
  return ruleInfos.filter(
    rule =>
      rule.group !== 'flash' &&
      rule.group !== 'server' &&
      (concerned[rule.id]?.includes(name) === true || word.test(`${rule.title()} ${rule.explanation()}`)),
  );
}
