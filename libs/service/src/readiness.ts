/**
 * Whether this process still wants work. The shutdown clears it before it closes anything: /health/ready then says DOWN,
 * and each connection ends after its current answer.
 */
export class Readiness {
  draining = false;
}
