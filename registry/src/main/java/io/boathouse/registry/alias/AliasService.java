package io.boathouse.registry.alias;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.model.RegisteredModel;
import io.boathouse.registry.model.RegistryErrors;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.ModelVersionService;
import java.util.regex.Pattern;

/**
 * Points aliases to versions; needs MODIFY on the model. An alias points to one version at a time.
 */
public final class AliasService {
  private static final int MAX_LENGTH = 255;
  private static final Pattern FORM = Pattern.compile("[\\w\\-]+");
  private static final Pattern RESERVED = Pattern.compile("latest|v\\d+", Pattern.CASE_INSENSITIVE);

  private final Database database;
  private final ModelService models;
  private final ModelVersionService versions;
  private final AliasRepository repository = new AliasRepository();

  public AliasService(Database database, ModelService models, ModelVersionService versions) {
    this.database = database;
    this.models = models;
    this.versions = versions;
  }

  /** Points an alias to a version, wherever it pointed before. */
  public ModelVersion set(Caller caller, FullName name, String alias, int number) {
    check(alias);
    RegisteredModel model = models.require(caller, Privilege.MODIFY, name);
    return database.inTransaction(
        handle -> {
          ModelVersion unused = versions.get(caller, name, number);
          repository.put(handle, model.id(), alias, number);
          models.touched(caller, model, "SET_MODEL_ALIAS", alias + " -> " + number);
          return versions.get(caller, name, number);
        });
  }

  /** Removes an alias; removing an absent one changes nothing. */
  public void delete(Caller caller, FullName name, String alias) {
    RegisteredModel model = models.require(caller, Privilege.MODIFY, name);
    database.useTransaction(
        handle -> {
          repository.delete(handle, model.id(), alias);
          models.touched(caller, model, "DELETE_MODEL_ALIAS", alias);
        });
  }

  private static void check(String alias) {
    if (alias.length() > MAX_LENGTH || !FORM.matcher(alias).matches()) {
      throw RegistryErrors.invalidAlias(alias, "is too long or has other characters");
    }
    if (RESERVED.matcher(alias).matches()) {
      throw RegistryErrors.invalidAlias(alias, "is reserved");
    }
  }
}
