import { Module } from '@nestjs/common';
import { NamePages } from '../naming/name-pages.js';
import { OrganizationsController } from './organizations.controller.js';
import { Organizations } from './organizations.service.js';

/** Who customers belong to. */
@Module({ controllers: [OrganizationsController], providers: [Organizations, NamePages] })
export class OrganizationsModule {}
