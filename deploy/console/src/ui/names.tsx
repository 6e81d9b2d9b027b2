import { Link } from 'wouter';

/** The page of a thing, by its type and full name. */
export function pageOf(type: string, name: string): string {
  const encoded = encodeURIComponent(name);
  switch (type.toUpperCase()) {
    case 'REGISTERED_MODEL':
    case 'MODEL':
    case 'MODEL_VERSION':
      return `/models/${encoded}`;
    case 'SERVING_ENDPOINT':
    case 'ENDPOINT':
      return `/endpoints/${encoded}`;
    case 'FEATURE_TABLE':
      return `/features/${encoded}`;
    case 'EXPERIMENT':
      return `/experiments/${encoded}`;
    case 'RUN':
      return `/runs/${encoded}`;
    case 'PREDICTION':
      return `/predictions/${encoded}`;
    case 'FEATURE_SPEC':
      return `/features?spec=${encoded}`;
    default:
      return `/catalog/${encoded}`;
  }
}

export function Thing({ type, name }: { type: string; name: string }) {
  return <Link href={pageOf(type, name)}>{name}</Link>;
}
