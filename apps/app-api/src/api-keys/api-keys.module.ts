import { Module } from '@nestjs/common';
import { ApiKeyList } from './api-key-list.service.js';
import { ApiKeyRevocation } from './api-key-revocation.service.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeys } from './api-keys.service.js';

/** Keys for programs that work with the helpdesk. */
@Module({ controllers: [ApiKeysController], providers: [ApiKeyList, ApiKeyRevocation, ApiKeys] })
export class ApiKeysModule {}
