/** What the control database's administrator should know of it. */
export class ControlDatabaseNotices {
  constructor(
    /** What could not be closed to PUBLIC, in sentences. */
    readonly reports: readonly string[],
    /** Why the audit trail's lock does not bind this service, in sentences; none when it does. */
    readonly auditLockWeaknesses: readonly string[],
  ) {}
}
