package io.boathouse.conformance.unitycatalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import io.unitycatalog.client.ApiClient;
import io.unitycatalog.client.ApiException;
import io.unitycatalog.client.api.CatalogsApi;
import io.unitycatalog.client.api.CredentialsApi;
import io.unitycatalog.client.api.ExternalLocationsApi;
import io.unitycatalog.client.api.FunctionsApi;
import io.unitycatalog.client.api.SchemasApi;
import io.unitycatalog.client.api.TablesApi;
import io.unitycatalog.client.api.TemporaryCredentialsApi;
import io.unitycatalog.client.api.VolumesApi;
import io.unitycatalog.client.model.AwsIamRoleRequest;
import io.unitycatalog.client.model.ColumnInfo;
import io.unitycatalog.client.model.ColumnTypeName;
import io.unitycatalog.client.model.CreateCatalog;
import io.unitycatalog.client.model.CreateCredentialRequest;
import io.unitycatalog.client.model.CreateExternalLocation;
import io.unitycatalog.client.model.CreateFunction;
import io.unitycatalog.client.model.CreateFunctionRequest;
import io.unitycatalog.client.model.CreateSchema;
import io.unitycatalog.client.model.CreateTable;
import io.unitycatalog.client.model.CreateVolumeRequestContent;
import io.unitycatalog.client.model.CredentialInfo;
import io.unitycatalog.client.model.CredentialPurpose;
import io.unitycatalog.client.model.DataSourceFormat;
import io.unitycatalog.client.model.ExternalLocationInfo;
import io.unitycatalog.client.model.FunctionInfo;
import io.unitycatalog.client.model.FunctionParameterInfo;
import io.unitycatalog.client.model.FunctionParameterInfos;
import io.unitycatalog.client.model.GenerateTemporaryTableCredential;
import io.unitycatalog.client.model.GenerateTemporaryVolumeCredential;
import io.unitycatalog.client.model.TableInfo;
import io.unitycatalog.client.model.TableOperation;
import io.unitycatalog.client.model.TableType;
import io.unitycatalog.client.model.UpdateCredentialRequest;
import io.unitycatalog.client.model.UpdateExternalLocation;
import io.unitycatalog.client.model.UpdateVolumeRequestContent;
import io.unitycatalog.client.model.VolumeInfo;
import io.unitycatalog.client.model.VolumeOperation;
import io.unitycatalog.client.model.VolumeType;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tables, volumes and functions. */
@Conformance
class AssetsTest {
  private static ApiClient client;
  private static TablesApi tables;
  private static VolumesApi volumes;
  private static FunctionsApi functions;
  private static String location;

  @BeforeAll
  static void open(PackagedServer server) throws ApiException, IOException {
    client = UnityClients.of(server);
    tables = new TablesApi(client);
    volumes = new VolumesApi(client);
    functions = new FunctionsApi(client);
    location = server.newFolder("external").toUri().toString().replaceAll("/$", "");
    new ExternalLocationsApi(client)
        .createExternalLocation(new CreateExternalLocation().name("uc_assets").url(location));
    new CatalogsApi(client).createCatalog(new CreateCatalog().name("uc_assets"));
    new SchemasApi(client).createSchema(new CreateSchema().catalogName("uc_assets").name("s"));
  }

  private static CreateTable table(String name) {
    return new CreateTable()
        .catalogName("uc_assets")
        .schemaName("s")
        .name(name)
        .tableType(TableType.EXTERNAL)
        .dataSourceFormat(DataSourceFormat.DELTA)
        .storageLocation(location + "/" + name)
        .columns(
            List.of(
                new ColumnInfo()
                    .name("id")
                    .typeText("bigint")
                    .typeJson(
                        "{\"name\":\"id\",\"type\":\"long\",\"nullable\":false,\"metadata\":{}}")
                    .typeName(ColumnTypeName.LONG)
                    .position(0)
                    .nullable(false),
                new ColumnInfo()
                    .name("price")
                    .typeText("decimal(10,2)")
                    .typeJson(
                        "{\"name\":\"price\",\"type\":\"decimal(10,2)\",\"nullable\":true,"
                            + "\"metadata\":{}}")
                    .typeName(ColumnTypeName.DECIMAL)
                    .typePrecision(10)
                    .typeScale(2)
                    .position(1)
                    .nullable(true)));
  }

  @Test
  void aCredentialAndALocationOfABucketLiveThroughCreateReadUpdateAndDelete() throws ApiException {
    var credentials = new CredentialsApi(client);
    var locations = new ExternalLocationsApi(client);
    String role = "arn:aws:iam::123456789012:role/lake";
    CredentialInfo made =
        credentials.createCredential(
            new CreateCredentialRequest()
                .name("uc_role")
                .purpose(CredentialPurpose.STORAGE)
                .awsIamRole(new AwsIamRoleRequest().roleArn(role)));
    assertThat(made.getAwsIamRole().getRoleArn()).isEqualTo(role);
    assertThat(made.getAwsIamRole().getExternalId()).isNotEmpty();
    ExternalLocationInfo place =
        locations.createExternalLocation(
            new CreateExternalLocation()
                .name("uc_bucket")
                .url("s3://uc-bucket/lake")
                .credentialName("uc_role"));
    assertThat(place.getCredentialId()).isEqualTo(made.getId());
    var overlap =
        catchThrowableOfType(
            ApiException.class,
            () ->
                locations.createExternalLocation(
                    new CreateExternalLocation()
                        .name("uc_inside")
                        .url("s3a://uc-bucket/lake/house")
                        .credentialName("uc_role")));
    assertThat(overlap.getCode()).isEqualTo(400);
    assertThat(
            locations
                .updateExternalLocation("uc_bucket", new UpdateExternalLocation().comment("c"))
                .getComment())
        .isEqualTo("c");
    assertThat(locations.getExternalLocation("uc_bucket").getUrl())
        .isEqualTo("s3://uc-bucket/lake");
    assertThat(locations.listExternalLocations(null, null).getExternalLocations())
        .extracting(ExternalLocationInfo::getName)
        .contains("uc_bucket", "uc_assets");
    assertThat(credentials.listCredentials(null, null, null).getCredentials())
        .extracting(CredentialInfo::getName)
        .contains("uc_role");
    var used =
        catchThrowableOfType(
            ApiException.class, () -> credentials.deleteCredential("uc_role", null));
    assertThat(used.getCode()).isEqualTo(400);
    locations.deleteExternalLocation("uc_bucket", null);
    assertThat(
            credentials
                .updateCredential("uc_role", new UpdateCredentialRequest().newName("uc_role2"))
                .getName())
        .isEqualTo("uc_role2");
    credentials.deleteCredential("uc_role2", null);
    var gone =
        catchThrowableOfType(ApiException.class, () -> credentials.getCredential("uc_role2"));
    assertThat(gone.getCode()).isEqualTo(404);
  }

  @Test
  void anExternalTableKeepsItsColumns() throws ApiException {
    TableInfo made = tables.createTable(table("columns").putPropertiesItem("a", "b"));
    assertThat(made.getTableId()).isNotEmpty();
    TableInfo found = tables.getTable("uc_assets.s.columns", null, null);
    assertThat(found.getTableType()).isEqualTo(TableType.EXTERNAL);
    assertThat(found.getDataSourceFormat()).isEqualTo(DataSourceFormat.DELTA);
    assertThat(found.getProperties()).containsEntry("a", "b");
    assertThat(found.getColumns()).extracting(ColumnInfo::getName).containsExactly("id", "price");
    assertThat(found.getColumns().get(1).getTypeScale()).isEqualTo(2);
    assertThat(tables.listTables("uc_assets", "s", 1000, null).getTables())
        .extracting(TableInfo::getName)
        .contains("columns");
    tables.deleteTable("uc_assets.s.columns");
    var gone =
        catchThrowableOfType(
            ApiException.class, () -> tables.getTable("uc_assets.s.columns", null, null));
    assertThat(gone.getCode()).isEqualTo(404);
  }

  @Test
  void aTakenTableIsRefusedWithTheProtocolsCode() throws ApiException {
    tables.createTable(table("taken"));
    var failure =
        catchThrowableOfType(ApiException.class, () -> tables.createTable(table("taken")));
    assertThat(failure.getCode()).isEqualTo(400);
    assertThat(failure.getResponseBody()).contains("TABLE_ALREADY_EXISTS", "taken");
  }

  @Test
  void credentialsOfLocalStorageAreEmptyAndThoseOfAnAbsentTableNotFound() throws ApiException {
    TableInfo made = tables.createTable(table("vended"));
    var credentials = new TemporaryCredentialsApi(client);
    var vended =
        credentials.generateTemporaryTableCredentials(
            new GenerateTemporaryTableCredential()
                .tableId(made.getTableId())
                .operation(TableOperation.READ));
    assertThat(vended.getAwsTempCredentials()).isNull();
    var failure =
        catchThrowableOfType(
            ApiException.class,
            () ->
                credentials.generateTemporaryTableCredentials(
                    new GenerateTemporaryTableCredential()
                        .tableId("00000000-0000-0000-0000-000000000000")
                        .operation(TableOperation.READ)));
    assertThat(failure.getCode()).isEqualTo(404);
  }

  @Test
  void aVolumeLivesThroughCreateReadUpdateAndDelete() throws ApiException {
    VolumeInfo made =
        volumes.createVolume(
            new CreateVolumeRequestContent()
                .catalogName("uc_assets")
                .schemaName("s")
                .name("files")
                .volumeType(VolumeType.EXTERNAL)
                .storageLocation(location + "/files"));
    assertThat(made.getFullName()).isEqualTo("uc_assets.s.files");
    assertThat(volumes.getVolume("uc_assets.s.files").getVolumeType())
        .isEqualTo(VolumeType.EXTERNAL);
    assertThat(volumes.listVolumes("uc_assets", "s", null, null).getVolumes()).hasSize(1);
    assertThat(
            volumes
                .updateVolume("uc_assets.s.files", new UpdateVolumeRequestContent().comment("c"))
                .getComment())
        .isEqualTo("c");
    var unused =
        new TemporaryCredentialsApi(client)
            .generateTemporaryVolumeCredentials(
                new GenerateTemporaryVolumeCredential()
                    .volumeId(made.getVolumeId())
                    .operation(VolumeOperation.READ_VOLUME));
    volumes.deleteVolume("uc_assets.s.files");
    assertThat(volumes.listVolumes("uc_assets", "s", null, null).getVolumes()).isEmpty();
  }

  @Test
  void aFunctionKeepsItsParametersAndItsBody() throws ApiException {
    FunctionInfo made = functions.createFunction(new CreateFunctionRequest().functionInfo(body()));
    assertThat(made.getFullName()).isEqualTo("uc_assets.s.plus_one");
    FunctionInfo found = functions.getFunction("uc_assets.s.plus_one");
    assertThat(found.getRoutineDefinition()).isEqualTo("x + 1");
    assertThat(found.getInputParams().getParameters())
        .extracting(FunctionParameterInfo::getName)
        .containsExactly("x");
    assertThat(functions.listFunctions("uc_assets", "s", null, null).getFunctions()).hasSize(1);
    functions.deleteFunction("uc_assets.s.plus_one");
    assertThat(functions.listFunctions("uc_assets", "s", null, null).getFunctions()).isEmpty();
  }

  private static CreateFunction body() {
    return new CreateFunction()
        .name("plus_one")
        .catalogName("uc_assets")
        .schemaName("s")
        .inputParams(
            new FunctionParameterInfos()
                .addParametersItem(
                    new FunctionParameterInfo()
                        .name("x")
                        .typeText("int")
                        .typeJson(
                            "{\"name\":\"x\",\"type\":\"integer\",\"nullable\":true,"
                                + "\"metadata\":{}}")
                        .typeName(ColumnTypeName.INT)
                        .position(0)))
        .dataType(ColumnTypeName.INT)
        .fullDataType("int")
        .routineBody(CreateFunction.RoutineBodyEnum.EXTERNAL)
        .routineDefinition("x + 1")
        .parameterStyle(CreateFunction.ParameterStyleEnum.S)
        .isDeterministic(true)
        .sqlDataAccess(CreateFunction.SqlDataAccessEnum.NO_SQL)
        .isNullCall(false)
        .securityType(CreateFunction.SecurityTypeEnum.DEFINER)
        .specificName("plus_one")
        .properties("null");
  }
}
