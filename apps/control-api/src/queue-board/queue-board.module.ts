import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BoardSessions } from './board-sessions.js';
import { BoardSessionsController } from './board-sessions.controller.js';

/** How a browser comes to see the queue board; `mountQueueBoard` serves the board itself. */
@Module({ imports: [AuthModule], controllers: [BoardSessionsController], providers: [BoardSessions] })
export class QueueBoardModule {}
