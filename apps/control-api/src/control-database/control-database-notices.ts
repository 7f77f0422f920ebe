/** What the control database's administrator should know. */
export class ControlDatabaseNotices {
  constructor(
    /** What could not be closed to PUBLIC, in sentences. */
    readonly reports: readonly string[],
    /** Why the audit trail's lock does not bind this service, in sentences; empty if it does. */
    readonly auditLockWeaknesses: readonly string[],
  ) {}
}
