// RDF4J's ShaclSail: java -cp CLASSPATH Validate.java SHAPES DATA... loads both in one transaction, which is refused if
// the data do not conform; it says "conforms", or the number of results.
import java.io.File;
import org.eclipse.rdf4j.common.exception.ValidationException;
import org.eclipse.rdf4j.model.vocabulary.RDF4J;
import org.eclipse.rdf4j.model.vocabulary.SHACL;
import org.eclipse.rdf4j.repository.RepositoryException;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.sail.memory.MemoryStore;
import org.eclipse.rdf4j.sail.shacl.ShaclSail;

public class Validate {
  public static void main(String[] arguments) throws Exception {
    var repository = new SailRepository(new ShaclSail(new MemoryStore()));
    try (var connection = repository.getConnection()) {
      connection.begin();
      connection.add(new File(arguments[0]), RDFFormat.TURTLE, RDF4J.SHACL_SHAPE_GRAPH);
      for (int i = 1; i < arguments.length; i++) connection.add(new File(arguments[i]), RDFFormat.TURTLE);
      try {
        connection.commit();
        System.out.println("conforms");
      } catch (RepositoryException error) {
        if (!(error.getCause() instanceof ValidationException found)) throw error;
        var report = found.validationReportAsModel();
        System.out.println(report.filter(null, SHACL.RESULT, null).size() + " results");
      }
    }
    repository.shutDown();
  }
}
