package io.boathouse.catalog.identity;

/** The resource types of SCIM that we have. */
enum ScimKind {
  USER("Users", "urn:ietf:params:scim:schemas:core:2.0:User", Principal.Kind.USER),
  GROUP("Groups", "urn:ietf:params:scim:schemas:core:2.0:Group", Principal.Kind.GROUP),
  SERVICE_PRINCIPAL(
      "ServicePrincipals",
      "urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal",
      Principal.Kind.SERVICE_PRINCIPAL);

  private final String segment;
  private final String schema;
  private final Principal.Kind principal;

  ScimKind(String segment, String schema, Principal.Kind principal) {
    this.segment = segment;
    this.schema = schema;
    this.principal = principal;
  }

  /** The last part of the collection's path. */
  String segment() {
    return segment;
  }

  String schema() {
    return schema;
  }

  /** The name of the resource type. */
  String resourceType() {
    return segment.substring(0, segment.length() - 1);
  }

  /** The attribute that is the principal's name. */
  String nameAttribute() {
    return switch (this) {
      case USER -> "userName";
      case GROUP -> "displayName";
      case SERVICE_PRINCIPAL -> "applicationId";
    };
  }

  Principal.Kind principal() {
    return principal;
  }

  /** A part of the server is shown as a service principal. */
  static ScimKind of(Principal.Kind kind) {
    return switch (kind) {
      case USER -> USER;
      case GROUP -> GROUP;
      case SERVICE_PRINCIPAL, SYSTEM -> SERVICE_PRINCIPAL;
    };
  }
}
