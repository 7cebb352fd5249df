// Four clients on Java: java -cp CLASSPATH Ask.java ORIGIN PATH SELECT CONSTRUCT
// Each says on a line: its name, then the triples of the document, the rows and the triples that it got.
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.exec.http.QueryExecutionHTTP;
import org.eclipse.rdf4j.query.QueryResults;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.model.impl.LinkedHashModel;

public class Ask {
  interface Get { String at(String address, String accept) throws Exception; }

  static long[] counts(Get get, String document, String endpoint, String select, String construct) throws Exception {
    return new long[] {
      lines(get.at(document, "application/n-triples")),
      lines(get.at(endpoint + "?query=" + encoded(select), "text/csv")) - 1,
      lines(get.at(endpoint + "?query=" + encoded(construct), "application/n-triples")),
    };
  }

  static long lines(String text) { return text.lines().filter(line -> !line.isBlank()).count(); }

  static String encoded(String text) { return URLEncoder.encode(text, StandardCharsets.UTF_8); }

  static void say(String name, long... counts) {
    System.out.println(name + "\t" + counts[0] + "\t" + counts[1] + "\t" + counts[2]);
  }

  public static void main(String[] arguments) throws Exception {
    String origin = arguments[0], document = origin + arguments[1], endpoint = origin + "/sparql";
    String select = arguments[2], construct = arguments[3];

    var model = RDFDataMgr.loadModel(document);
    long rows = 0;
    try (var asked = QueryExecutionHTTP.service(endpoint, select)) {
      var found = asked.execSelect();
      for (; found.hasNext(); rows++) found.next();
    }
    try (var asked = QueryExecutionHTTP.service(endpoint, construct)) {
      say("Jena QueryExecutionHTTP", model.size(), rows, asked.execConstruct().size());
    }

    var repository = new SPARQLRepository(endpoint);
    try (var connection = repository.getConnection();
         var read = new URI(document + ".ttl").toURL().openStream()) {
      var of = Rio.parse(read, document, RDFFormat.TURTLE);
      long of4 = QueryResults.asList(connection.prepareTupleQuery(select).evaluate()).size();
      var built = new LinkedHashModel(QueryResults.asList(connection.prepareGraphQuery(construct).evaluate()));
      say("RDF4J SPARQLRepository", of.size(), of4, built.size());
    }
    repository.shutDown();

    say("HttpURLConnection", counts((address, accept) -> {
      var connection = (HttpURLConnection) new URI(address).toURL().openConnection();
      connection.setRequestProperty("Accept", accept);
      try (var body = connection.getInputStream()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
    }, document, endpoint, select, construct));

    var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    say("java.net.http", counts((address, accept) -> {
      var request = HttpRequest.newBuilder(new URI(address)).header("Accept", accept).build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) throw new RuntimeException(answer.statusCode() + " " + address);
      return answer.body();
    }, document, endpoint, select, construct));
  }
}
