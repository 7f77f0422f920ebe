import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { UserDirectory } from './user-directory.service.js';
import { UserMerges } from './user-merges.service.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

@Module({ imports: [AuthModule], controllers: [UsersController], providers: [UsersService, UserDirectory, UserMerges] })
export class UsersModule {}
