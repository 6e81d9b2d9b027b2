package io.boathouse.training.trainer;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.RootProvenanceProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.common.tree.protos.TreeModelProto;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.protos.core.WeightedEnsembleModelProto;

/**
 * Tribuo's protobuf form of tree models, made repeatable: the time of training in the provenance is
 * the epoch, and maps are written in the order of their keys.
 */
final class TribuoFile {
  private static final String EPOCH = "1970-01-01T00:00:00Z";

  private TribuoFile() {}

  static byte[] write(Model<Label> model) {
    try {
      return bytes(repeatable(model.serialize()));
    } catch (IOException e) {
      throw TrainerErrors.libraryFailed("Tribuo", e);
    }
  }

  static Model<Label> read(byte[] file) {
    try {
      return Model.deserialize(ModelProto.parseFrom(file)).castModel(Label.class);
    } catch (InvalidProtocolBufferException | IllegalStateException e) {
      throw TrainerErrors.libraryFailed("Tribuo", e);
    }
  }

  private static ModelProto repeatable(ModelProto model) throws IOException {
    Any data = model.getSerializedData();
    ByteString bytes;
    if (data.is(WeightedEnsembleModelProto.class)) {
      bytes = ensemble(data.unpack(WeightedEnsembleModelProto.class));
    } else if (data.is(TreeModelProto.class)) {
      TreeModelProto tree = data.unpack(TreeModelProto.class);
      bytes =
          ByteString.copyFrom(
              bytes(tree.toBuilder().setMetadata(repeatable(tree.getMetadata())).build()));
    } else {
      throw new IllegalArgumentException("model: " + data.getTypeUrl() + " (expected: trees)");
    }
    return model.toBuilder().setSerializedData(data.toBuilder().setValue(bytes)).build();
  }

  private static ByteString ensemble(WeightedEnsembleModelProto ensemble) throws IOException {
    WeightedEnsembleModelProto.Builder builder = ensemble.toBuilder();
    builder.setMetadata(repeatable(ensemble.getMetadata()));
    for (int i = 0; i < ensemble.getModelsCount(); i++) {
      builder.setModels(i, repeatable(ensemble.getModels(i)));
    }
    return ByteString.copyFrom(bytes(builder.build()));
  }

  private static ModelDataProto repeatable(ModelDataProto metadata) {
    RootProvenanceProto.Builder provenance = metadata.getProvenance().toBuilder();
    for (int i = 0; i < provenance.getSmpCount(); i++) {
      if (provenance.getSmp(i).getKey().equals("trained-at")) {
        provenance.setSmp(i, provenance.getSmp(i).toBuilder().setValue(EPOCH));
      }
    }
    return metadata.toBuilder().setProvenance(provenance).build();
  }

  private static byte[] bytes(Message message) throws IOException {
    var bytes = new ByteArrayOutputStream(message.getSerializedSize());
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    message.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }
}
