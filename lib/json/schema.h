/* schema.h - whether a JSON value fits a JSON Schema: the part of the language that is used for answers of models.
 *
 * Checked: type (one or several; integer means a number without fraction), properties, required, additionalProperties
 * (false or a schema), items (one schema), minItems, maxItems, enum, const, minLength, maxLength (in characters),
 * minimum, maximum, exclusiveMinimum, exclusiveMaximum, anyOf, oneOf, allOf, and $ref to a part of the same schema
 * ("#/$defs/name"); true and false are schemas, too. All other keywords (pattern, format, ...) are for the server
 * alone.
 * */
#ifndef JSON_SCHEMA_H
#define JSON_SCHEMA_H

#include "json/json.h"

/* Whether the schema is one that json_schema_fits() can judge: JSON, an object, its keywords of the right types, every
 * $ref leading somewhere. Errors: E_CONFIG with the place (a JSON Pointer) in error->field. */
bool json_schema_check(struct slice schema, struct error *error) MUST_CHECK;

/* Whether value (checked JSON) fits a schema that json_schema_check() accepted. Errors: E_ANSWER_SCHEMA with the first
 * fault and its JSON Pointer: "/answers/0 is a string, expected number"; E_LIMIT for a schema that would take for ever
 * (references in a circle, alternatives of alternatives). Thread safe. */
bool json_schema_fits(struct slice schema, struct json_value value, struct error *error) MUST_CHECK;

/* Whether every object in it closes the list of its properties and requires them all: what services that hold a model
 * to a schema token by token ask for. */
bool json_schema_is_strict(struct slice schema);

#endif
