// What people call services that IANA has another name for, or none. A name that IANA gives to some other port is never
// one of these: `winrm` is 47001 there and not 5985, and `oracle` is 2005.

/** The ports, both ends included, of each such name; above it, where the name and the port come from. */
export const ALIASES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  // RFC 1035, section 4.2; IANA: domain
  dns: [53, 53],
  // RFC 1833; IANA: sunrpc
  rpcbind: [111, 111],
  // MS-SMB2, section 2.1; IANA: microsoft-ds
  smb: [445, 445],
  // https://learn.microsoft.com/sql/sql-server/install/configure-the-windows-firewall-to-allow-sql-server-access
  mssql: [1433, 1433],
  sqlserver: [1433, 1433],
  // https://zookeeper.apache.org/doc/current/zookeeperAdmin.html
  zookeeper: [2181, 2181],
  // https://kubernetes.io/docs/reference/networking/ports-and-protocols/; IANA: etcd-client and etcd-server
  etcd: [2379, 2380],
  // https://mariadb.com/docs/server/ref/mdb/cli/mariadbd/port
  mariadb: [3306, 3306],
  // MS-RDPBCGR, section 2.1; IANA: ms-wbt-server
  rdp: [3389, 3389],
  // the alias of postgresql in /etc/services of Debian
  postgres: [5432, 5432],
  // https://docs.aws.amazon.com/redshift/latest/mgmt/rs-security-group-public-private.html
  redshift: [5439, 5439],
  // https://www.elastic.co/guide/en/kibana/current/settings.html
  kibana: [5601, 5601],
  // RFC 6143, section 3; IANA: rfb
  vnc: [5900, 5900],
  // https://kubernetes.io/docs/reference/networking/ports-and-protocols/
  'kube-apiserver': [6443, 6443],
  // https://cassandra.apache.org/doc/latest/cassandra/overview/faq/index.html
  cassandra: [9042, 9042],
  // https://kafka.apache.org/documentation/#brokerconfigs_listeners
  kafka: [9092, 9092],
  // https://www.elastic.co/guide/en/elasticsearch/reference/current/modules-network.html
  elasticsearch: [9200, 9200],
  // https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/network-settings/
  opensearch: [9200, 9200],
  // https://kubernetes.io/docs/reference/networking/ports-and-protocols/
  kubelet: [10250, 10250],
  // https://docs.memcached.org/serverguide/configuring/; IANA: memcache
  memcached: [11211, 11211],
  // https://www.mongodb.com/docs/manual/reference/default-mongodb-port/; IANA: mongodb
  mongo: [27017, 27017],
};
