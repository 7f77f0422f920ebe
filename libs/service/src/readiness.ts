/**
 * Whether this process still wants work. Turned by the shutdown before anything is closed: /health/ready says DOWN from
 * then on, and connections end with the answer that they carry.
 */
export class Readiness {
  draining = false;
}
