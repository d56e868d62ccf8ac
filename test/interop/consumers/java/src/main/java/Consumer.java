import java.util.Scanner;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.JsonNodeParser;
import software.amazon.awssdk.services.s3.S3Client;

/** Reads the S3 object that each line of standard input names, with one client for the life of the process. */
public final class Consumer {
  public static void main(String[] arguments) {
    try (S3Client s3 = S3Client.builder().forcePathStyle(true).build()) {
      System.out.println("{\"version\": " + quote(VersionInfo.SDK_VERSION) + "}");
      JsonNodeParser parser = JsonNodeParser.create();
      for (Scanner lines = new Scanner(System.in); lines.hasNextLine(); ) {
        System.out.println(read(s3, parser.parse(lines.nextLine())));
      }
    }
  }

  private static String read(S3Client s3, JsonNode wanted) {
    try {
      String bucket = wanted.field("bucket").orElseThrow().asString();
      String key = wanted.field("key").orElseThrow().asString();
      String text = s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asUtf8String();
      return "{\"ok\": true, \"text\": " + quote(text) + "}";
    } catch (SdkException error) {
      return "{\"ok\": false, \"error\": " + quote(String.valueOf(error.getMessage())) + "}";
    }
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
