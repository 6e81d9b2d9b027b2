package io.boathouse.catalog.information;

import io.boathouse.catalog.securable.SecurableType;

/**
 * A relation of information_schema.
 *
 * @param type of the securables {@code s} that it tells of
 * @param sql a query with {@code VISIBLE} where the caller's narrowing of {@code s} belongs, {@code
 *     MANAGED} where it matters whether the caller may change {@code s}, and the parameter {@code
 *     catalog}, which is empty for all
 */
record InformationRelation(String name, SecurableType type, String sql) {}
