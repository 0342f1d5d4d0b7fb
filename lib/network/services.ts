// Services by port: the names that policies may use, and what they are called in a mail.

import { TCP, UDP } from './ports.ts';
import { ALIASES } from './service-aliases.ts';

interface Service {
  readonly port: number;
  /** https://www.iana.org/assignments/service-names-port-numbers */
  readonly name: string;
  /** As it is said in a mail. */
  readonly label: string;
  /** Absent for TCP alone. */
  readonly protocols?: readonly number[];
}

/** The services that security groups are about most often; where two share a port the first is meant. */
const SERVICES: readonly Service[] = [
  { port: 20, name: 'ftp-data', label: 'FTP data' },
  { port: 21, name: 'ftp', label: 'FTP' },
  { port: 22, name: 'ssh', label: 'SSH' },
  { port: 23, name: 'telnet', label: 'Telnet' },
  { port: 25, name: 'smtp', label: 'SMTP' },
  { port: 53, name: 'domain', label: 'DNS', protocols: [TCP, UDP] },
  { port: 69, name: 'tftp', label: 'TFTP', protocols: [UDP] },
  { port: 80, name: 'http', label: 'HTTP' },
  { port: 110, name: 'pop3', label: 'POP3' },
  { port: 123, name: 'ntp', label: 'NTP', protocols: [UDP] },
  { port: 135, name: 'epmap', label: 'Windows RPC' },
  { port: 137, name: 'netbios-ns', label: 'NetBIOS', protocols: [UDP] },
  { port: 138, name: 'netbios-dgm', label: 'NetBIOS', protocols: [UDP] },
  { port: 139, name: 'netbios-ssn', label: 'NetBIOS' },
  { port: 143, name: 'imap', label: 'IMAP' },
  { port: 161, name: 'snmp', label: 'SNMP', protocols: [UDP] },
  { port: 389, name: 'ldap', label: 'LDAP', protocols: [TCP, UDP] },
  { port: 443, name: 'https', label: 'HTTPS' },
  { port: 445, name: 'microsoft-ds', label: 'SMB' },
  { port: 465, name: 'submissions', label: 'SMTP over TLS' },
  { port: 587, name: 'submission', label: 'mail submission' },
  { port: 636, name: 'ldaps', label: 'LDAPS' },
  { port: 873, name: 'rsync', label: 'rsync' },
  { port: 993, name: 'imaps', label: 'IMAPS' },
  { port: 995, name: 'pop3s', label: 'POP3S' },
  { port: 1194, name: 'openvpn', label: 'OpenVPN', protocols: [TCP, UDP] },
  { port: 1433, name: 'ms-sql-s', label: 'SQL Server' },
  { port: 1434, name: 'ms-sql-m', label: 'SQL Server browser', protocols: [UDP] },
  { port: 1521, name: 'ncube-lm', label: 'Oracle' },
  { port: 1883, name: 'mqtt', label: 'MQTT' },
  { port: 2049, name: 'nfs', label: 'NFS', protocols: [TCP, UDP] },
  { port: 2375, name: 'docker', label: 'Docker' },
  { port: 2376, name: 'docker-s', label: 'Docker over TLS' },
  { port: 2379, name: 'etcd-client', label: 'etcd' },
  { port: 2380, name: 'etcd-server', label: 'etcd' },
  { port: 3306, name: 'mysql', label: 'MySQL' },
  { port: 3389, name: 'ms-wbt-server', label: 'RDP', protocols: [TCP, UDP] },
  { port: 5432, name: 'postgresql', label: 'PostgreSQL' },
  { port: 5671, name: 'amqps', label: 'AMQPS' },
  { port: 5672, name: 'amqp', label: 'AMQP' },
  { port: 5900, name: 'rfb', label: 'VNC' },
  { port: 5985, name: 'wsman', label: 'WinRM' },
  { port: 5986, name: 'wsmans', label: 'WinRM over TLS' },
  { port: 6379, name: 'redis', label: 'Redis' },
  { port: 8080, name: 'http-alt', label: 'HTTP on 8080' },
  { port: 9200, name: 'wap-wsp', label: 'Elasticsearch' },
  { port: 11211, name: 'memcache', label: 'memcached', protocols: [TCP, UDP] },
  { port: 27017, name: 'mongodb', label: 'MongoDB' },
];

/** What people call the service on a port of a protocol; undefined for ports without one. */
export function labelOf(protocol: number, port: number): string | undefined {
  return SERVICES.find((service) => service.port === port && (service.protocols ?? [TCP]).includes(protocol))
    ?.label;
}

/** Every name that stands for a port. */
export const SERVICE_NAMES: readonly string[] = [
  ...SERVICES.map(({ name }) => name),
  ...Object.keys(ALIASES),
];

/** Reads `22`, `8000-8100`, both ends included, `ssh`, or what else people call a service. */
export function parsePortRange(value: string | number): readonly [from: number, to: number] | undefined {
  const service = SERVICES.find(({ name }) => name === value);
  if (service !== undefined) return [service.port, service.port];
  if (Object.hasOwn(ALIASES, value)) return ALIASES[value];
  const [, from, to] = /^(0|[1-9]\d{0,4})(?:-(0|[1-9]\d{0,4}))?$/.exec(String(value)) ?? [];
  if (from === undefined) return undefined;
  const range = [Number(from), Number(to ?? from)] as const;
  return range[0] <= range[1] && range[1] <= 65_535 ? range : undefined;
}
