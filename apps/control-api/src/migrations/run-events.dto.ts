import { ApiSchema } from '@nestjs/swagger';
import { MigrationRunDto } from './migration-run.dto.js';

@ApiSchema({ name: 'progress', description: 'The run as it is now.' })
export class RunProgressDto extends MigrationRunDto {}

@ApiSchema({ name: 'ended', description: 'The run as it ended. The stream ends here.' })
export class RunEndedDto extends MigrationRunDto {}

@ApiSchema({ name: 'reconnect', description: 'The server is about to end: connect again.' })
export class RunReconnectDto {}
