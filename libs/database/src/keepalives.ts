/** The `options` of a connection whose session, with its locks, must not outlive a host that has vanished. */
export const keepalives = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';
