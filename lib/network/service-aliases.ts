// What people call services that IANA has another name for, or none. A name that IANA gives to some other port is never
// one of these: `winrm` is 47001 there and not 5985, and `oracle` is 2005.

interface Alias {
  readonly name: string;
  readonly ports: readonly [from: number, to: number];
  /** Where that name and that port come from. */
  readonly source: string;
}

const KUBERNETES = 'https://kubernetes.io/docs/reference/networking/ports-and-protocols/';
const SQL_SERVER =
  'https://learn.microsoft.com/sql/sql-server/install/configure-the-windows-firewall-to-allow-sql-server-access';

export const ALIASES: readonly Alias[] = [
  { name: 'dns', ports: [53, 53], source: 'RFC 1035, section 4.2; IANA: domain' },
  { name: 'rpcbind', ports: [111, 111], source: 'RFC 1833; IANA: sunrpc' },
  { name: 'smb', ports: [445, 445], source: 'MS-SMB2, section 2.1; IANA: microsoft-ds' },
  { name: 'mssql', ports: [1433, 1433], source: SQL_SERVER },
  { name: 'sqlserver', ports: [1433, 1433], source: SQL_SERVER },
  {
    name: 'zookeeper',
    ports: [2181, 2181],
    source: 'https://zookeeper.apache.org/doc/current/zookeeperAdmin.html',
  },
  { name: 'etcd', ports: [2379, 2380], source: `${KUBERNETES}; IANA: etcd-client and etcd-server` },
  {
    name: 'mariadb',
    ports: [3306, 3306],
    source: 'https://mariadb.com/docs/server/ref/mdb/cli/mariadbd/port',
  },
  { name: 'rdp', ports: [3389, 3389], source: 'MS-RDPBCGR, section 2.1; IANA: ms-wbt-server' },
  { name: 'postgres', ports: [5432, 5432], source: 'the alias of postgresql in /etc/services of Debian' },
  {
    name: 'redshift',
    ports: [5439, 5439],
    source: 'https://docs.aws.amazon.com/redshift/latest/mgmt/rs-security-group-public-private.html',
  },
  {
    name: 'kibana',
    ports: [5601, 5601],
    source: 'https://www.elastic.co/guide/en/kibana/current/settings.html',
  },
  { name: 'vnc', ports: [5900, 5900], source: 'RFC 6143, section 3; IANA: rfb' },
  { name: 'kube-apiserver', ports: [6443, 6443], source: KUBERNETES },
  {
    name: 'cassandra',
    ports: [9042, 9042],
    source: 'https://cassandra.apache.org/doc/latest/cassandra/overview/faq/index.html',
  },
  {
    name: 'kafka',
    ports: [9092, 9092],
    source: 'https://kafka.apache.org/documentation/#brokerconfigs_listeners',
  },
  {
    name: 'elasticsearch',
    ports: [9200, 9200],
    source: 'https://www.elastic.co/guide/en/elasticsearch/reference/current/modules-network.html',
  },
  {
    name: 'opensearch',
    ports: [9200, 9200],
    source:
      'https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/network-settings/',
  },
  { name: 'kubelet', ports: [10250, 10250], source: KUBERNETES },
  {
    name: 'memcached',
    ports: [11211, 11211],
    source: 'https://docs.memcached.org/serverguide/configuring/; IANA: memcache',
  },
  {
    name: 'mongo',
    ports: [27017, 27017],
    source: 'https://www.mongodb.com/docs/manual/reference/default-mongodb-port/; IANA: mongodb',
  },
];
