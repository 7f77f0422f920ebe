import { OneOfList } from '@helpdeskly/http';
import { RedactableField } from '../ticket-core/ticket-redactions.js';

export class RedactTicketDto {
  @OneOfList(RedactableField, { name: 'RedactableField', description: 'What is blanked.' })
  readonly fields!: readonly RedactableField[];
}
