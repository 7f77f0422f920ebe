import { Module } from '@nestjs/common';
import { JobRunners } from '../queues/job-runner.js';
import { CredentialRotation } from '../tenants/credential-rotation.js';
import { CredentialRotationsController } from './credential-rotations.controller.js';
import { CredentialRotations } from './credential-rotations.service.js';
import { RotationRepository } from './rotation-repository.js';
import { RotationRunner } from './rotation-runner.js';
import { TenantRotation } from './tenant-rotation.js';

@Module({ controllers: [CredentialRotationsController], providers: [CredentialRotations] })
export class CredentialRotationsModule {}

/** Runs rotations. */
@Module({ providers: [CredentialRotation, JobRunners, RotationRepository, RotationRunner, TenantRotation] })
export class CredentialRotationWorkersModule {}
