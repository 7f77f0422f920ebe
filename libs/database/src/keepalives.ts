/** The `options` of a connection whose session must not outlive, with its locks, a host that is gone without a word. */
export const keepalives = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';
