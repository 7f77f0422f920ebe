import { OneOfList } from '@helpdeskly/http';
import { RedactableField } from '../ticket-core/ticket-redactions.js';

export class RedactTicketDto {
  @OneOfList(RedactableField, { name: 'RedactableField', description: 'The fields to blank.' })
  readonly fields!: readonly RedactableField[];
}
