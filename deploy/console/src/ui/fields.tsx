export interface Schema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  default?: unknown;
}

const typesOf = (schema: Schema): string[] => (Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : ['string']);

/** What was typed, as the schema's types. What is empty is left out, or null where that is required. */
export function valuesOf(schema: Schema, texts: Record<string, string>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const text = texts[name] ?? '';
    const types = typesOf(field);
    if (text === '') {
      if ((schema.required ?? []).includes(name)) {
        found[name] = types.includes('null') ? null : types.includes('string') ? '' : null;
      }
    } else if (types.includes('number') || types.includes('integer')) {
      found[name] = Number.isNaN(Number(text)) ? text : Number(text);
    } else if (types.includes('boolean')) {
      found[name] = text === 'true';
    } else if (types.includes('array') || types.includes('object')) {
      try { found[name] = JSON.parse(text); } catch { found[name] = text; }
    } else {
      found[name] = text;
    }
  }
  return found;
}

/** A field for each property of a JSON Schema's object. */
export function Fields({ schema, values, onChange }: { schema: Schema; values: Record<string, string>; onChange: (values: Record<string, string>) => void }) {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) {
    return <p className="small">It takes nothing.</p>;
  }
  return (
    <>
      {fields.map(([name, field]) => {
        const types = typesOf(field).filter((type) => type !== 'null');
        const set = (value: string): void => onChange({ ...values, [name]: value });
        const choices = field.enum ? field.enum.map(String) : types.includes('boolean') ? ['true', 'false'] : null;
        const wide = types.includes('array') || types.includes('object') || name === 'sql' || name === 'statement';
        return (
          <label key={name} className="field">
            <span>{name} <span className="small">{types.join(' or ')}{(schema.required ?? []).includes(name) ? '' : ', optional'}</span></span>
            {choices ? (
              <select value={values[name] ?? ''} onChange={(event) => set(event.target.value)}>
                <option value="">–</option>
                {choices.map((choice) => <option key={choice}>{choice}</option>)}
              </select>
            ) : wide ? (
              <textarea value={values[name] ?? ''} onChange={(event) => set(event.target.value)} />
            ) : (
              <input className="input" inputMode={types.includes('number') || types.includes('integer') ? 'decimal' : 'text'} value={values[name] ?? ''} onChange={(event) => set(event.target.value)} />
            )}
            {field.description ? <span className="small" style={{ fontWeight: 400 }}>{field.description}</span> : null}
          </label>
        );
      })}
    </>
  );
}
