import { Module } from '@nestjs/common';
import { NamePages } from '../naming/name-pages.js';
import { GroupMembers } from './group-members.service.js';
import { GroupsController } from './groups.controller.js';
import { Groups } from './groups.service.js';

/** Teams of agents. */
@Module({ controllers: [GroupsController], providers: [Groups, GroupMembers, NamePages] })
export class GroupsModule {}
