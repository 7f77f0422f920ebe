import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { NewUsers } from './new-users.service.js';
import { UserBelongings } from './user-belongings.js';
import { UserDirectory } from './user-directory.service.js';
import { UserMerges } from './user-merges.service.js';
import { UserMfaController } from './user-mfa.controller.js';
import { UserMfa } from './user-mfa.service.js';
import { UsersController } from './users.controller.js';
import { Users } from './users.service.js';

/** The people of a helpdesk: its staff and its customers. */
@Module({
  imports: [AuthModule],
  controllers: [UserMfaController, UsersController],
  providers: [NewUsers, UserBelongings, UserDirectory, UserMerges, UserMfa, Users],
})
export class UsersModule {}
