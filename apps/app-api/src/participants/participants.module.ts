import { Module } from '@nestjs/common';
import { ParticipantsController } from './participants.controller.js';
import { Participants } from './participants.service.js';

/** Who takes part in tickets. */
@Module({ controllers: [ParticipantsController], providers: [Participants] })
export class ParticipantsModule {}
