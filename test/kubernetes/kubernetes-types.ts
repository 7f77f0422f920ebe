import { join } from 'node:path';
import ts from 'typescript';

/** The modules of kubernetes-models, whose types are made from Kubernetes' own OpenAPI document. */
const modules: Readonly<Record<string, string>> = {
  'v1 ConfigMap': 'v1/ConfigMap',
  'v1 Namespace': 'v1/Namespace',
  'v1 Service': 'v1/Service',
  'v1 ServiceAccount': 'v1/ServiceAccount',
  'apps/v1 Deployment': 'apps/v1/Deployment',
  'apps/v1 StatefulSet': 'apps/v1/StatefulSet',
  'autoscaling/v2 HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler',
  'batch/v1 Job': 'batch/v1/Job',
  'networking.k8s.io/v1 Ingress': 'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1 NetworkPolicy': 'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1 PodDisruptionBudget': 'policy/v1/PodDisruptionBudget',
};

interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * What is wrong with objects of Kubernetes. Its OpenAPI document lets every object have fields that it does not know, so a schema
 * accepts a name that is misspelt; TypeScript refuses it in a literal, with what is missing or of another type.
 */
export function wrongInKubernetes(root: string, documents: readonly Typed[]): readonly string[] {
  const file = join(root, 'manifests.virtual.ts');
  const lines = documents.map((document, index) => {
    const module = modules[`${document.apiVersion} ${document.kind}`];
    if (module === undefined) return `export const unknown${index}: never = ${JSON.stringify(document.kind)};`;
    return `export const m${index}: import('kubernetes-models/${module}').I${document.kind} = ${JSON.stringify(document)};`;
  });
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { fileExists: host.fileExists.bind(host), getSourceFile: host.getSourceFile.bind(host) };
  host.fileExists = (name) => name === file || onDisk.fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, lines.join('\n'), ts.ScriptTarget.ES2022)
      : onDisk.getSourceFile(name, ...rest);
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1;
    const { kind } = documents[line] ?? { kind: 'none' };
    return `${kind}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
  });
}
